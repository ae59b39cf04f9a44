"""What a rule's script needs around its work, and which files it depends on."""
