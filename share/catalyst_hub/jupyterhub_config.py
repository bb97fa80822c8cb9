"""A whole hub from the drop-ins: ``jupyterhub -f .../share/catalyst_hub/jupyterhub_config.py``.

All drop-ins share one configuration, unlike with ``load_subconfig``, which gives each an empty
one: there the second to add a service would replace the first.
"""

import runpy

from catalyst_hub.data_files import config_dir

for drop_in in sorted(config_dir().glob("*.py")):
    runpy.run_path(str(drop_in), {"get_config": get_config})
