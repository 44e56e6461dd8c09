"""The shop, room by room: each app is one subject of the trade."""
