"""Lists of people, of vacancies, and of elections that are due."""
