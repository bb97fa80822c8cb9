"""The web service beside the Hub: a champion's communities, and everybody's own use.

This package imports nothing by itself: the port must answer before anything heavy is loaded.
"""
