"""What members and admins can do in chat: recognisers and commands, one file each."""
