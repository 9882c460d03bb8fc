"""One spelling for what people type: that under which it is also stored and sought, so the rules are in storage/fold.py."""

from storage.fold import fold, key

__all__ = ["fold", "key"]
