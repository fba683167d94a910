"""What people may see, take with them, correct and have erased of what one list holds about them; the other has its own link."""
