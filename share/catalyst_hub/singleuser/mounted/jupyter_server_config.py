# Beside catalyst_hub_singleuser.py, in a folder that JUPYTER_CONFIG_PATH names: loads it into a
# server whose image knows nothing of catalyst-hub.
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
c.ServerApp.jpserver_extensions.update({"catalyst_hub_singleuser": True})
