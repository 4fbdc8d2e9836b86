"""Words and buttons: what a person reads. A card never chooses; it shows what was decided."""
