/** Shorter values would blank out ordinary words; nothing that short is a secret worth hiding. */
export const MIN_SECRET_LENGTH = 6;
