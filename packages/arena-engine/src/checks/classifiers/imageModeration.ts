import { classifierCheck } from './classifierCheck';

export const imageModeration = classifierCheck({
  type: 'image_moderation',
  summary: 'A classifier model finds an image harmless: 1 is clean.',
  kind: 'image',
  unwanted: /nsfw|porn|sex|hentai|violen|gore|unsafe/i,
  example: { model: 'Falconsai/nsfw_image_detection', min_score: 0.9 },
});
