const MAX_SENTENCES = 2;
const MAX_QUESTIONS = 2;
const ASSISTANT_PHRASES = [
  'how can i help',
  'how may i help',
  'how can i assist',
  'how may i assist',
  'as an ai',
  "i'm here to help",
  'i am here to help',
  'let me know if you need',
];

/** What makes a text unlike one that a user would write; nothing of it is wrong. */
export function findOddities(text: string): string[] {
  const sentences = text.split(/[.!?]+(?:\s|$)/).filter(part => part.trim());
  const questions = text.split('?').length - 1;
  const lower = text.toLowerCase();
  const phrase = ASSISTANT_PHRASES.find(candidate => lower.includes(candidate));
  return [
    ...(sentences.length > MAX_SENTENCES
      ? [`it has ${sentences.length} sentences`]
      : []),
    ...(questions > MAX_QUESTIONS ? [`it asks ${questions} questions`] : []),
    ...(phrase ? [`it sounds like an assistant ("${phrase}")`] : []),
  ];
}
