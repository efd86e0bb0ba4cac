"""Pages: ``signing`` for everybody, ``confirming`` before dangerous acts, the others for those who manage accounts."""
