"""A whole hub from the drop-ins: ``jupyterhub -f .../share/catalyst_hub/jupyterhub_config.py``.

Settings of your own go into files of the same folder, named to sort after the ones they change.
"""

from catalyst_hub.data_files import config_dir

for drop_in in sorted(config_dir().glob("*.py")):
    load_subconfig(str(drop_in))
