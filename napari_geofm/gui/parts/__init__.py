"""What every step is made of: buttons that say why not, notes, words, questions, pages."""
