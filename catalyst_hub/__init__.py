"""JupyterHub for many communities.

The layers, top to bottom; each knows only those below it:

    cli
    hub | champion | culler
    bootstrap
    store | hub_client | communities_file | i18n | config
    usecases
    core
    data_files
"""

__version__ = "0.1.0.dev0"
