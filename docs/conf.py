"""Sphinx configuration: MyST pages, no request to a third party."""

from catalyst_hub import __version__

project = "catalyst-hub"
copyright = "2026, catalyst-hub contributors"
version = release = __version__
language = "en"

extensions = ["myst_parser", "sphinx_copybutton", "jupyterhub_sphinx_theme"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
nitpicky = True

html_theme = "jupyterhub_sphinx_theme"
html_title = "catalyst-hub"
html_theme_options = {"icon_links": [], "show_prev_next": False}
