"""The courier: delivers sealed packets and asks the city the live questions. Sees ciphertext only."""
