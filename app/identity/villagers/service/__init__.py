"""Rules of villagers' accounts: signing in, proving a telephone, ending."""
