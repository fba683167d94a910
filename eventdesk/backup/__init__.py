"""The whole installation as one file, and back again, on either database and from one to the other.

The secret key is not in it: a copy of the database opens nobody's personal link, and whoever keeps both keeps them apart.
"""
