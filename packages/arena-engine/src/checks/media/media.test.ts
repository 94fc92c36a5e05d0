import { ConversationMessage, MediaPart } from '../../conversation/messages';
import {
  CheckCase,
  checkInput,
  expectedOf,
  outcomesOf,
  inBrief,
  run,
} from '../__testUtils__/checkInput';
import { gif, jpeg, png, wav, webm } from '../__testUtils__/mediaFiles';
import { CheckInput } from '../Check';

function part(type: MediaPart['type'], data: Buffer, mimeType = ''): MediaPart {
  return { type, mimeType, data: data.toString('base64') };
}

function holding(...parts: MediaPart[]): CheckInput {
  return checkInput({
    messages: [{ role: 'assistant', content: '', turn: 0, parts }],
  });
}

const pictures = holding(part('image', png(4, 3)), part('image', gif(10, 20)));
const photo = holding(part('image', jpeg(640, 480)));
const sound = holding(part('audio', wav(1.5)));
const broken = holding(part('image', Buffer.from('no image')));
const remote = holding({
  type: 'image',
  mimeType: 'image/jpeg',
  url: 'https://example.com/a',
});
const none = checkInput();

describe('media checks', () => {
  it.each<CheckCase>([
    ['image_format', { formats: ['PNG', 'image/gif'] }, pictures, 1],
    ['image_format', { formats: ['png'] }, pictures, 0.5],
    ['image_format', { formats: ['jpg'] }, photo, 1],
    ['image_format', { formats: ['jpeg'] }, photo, 1],
    ['image_format', { formats: ['jpg'] }, remote, 1],
    ['image_format', { formats: ['png'] }, remote, 0],
    ['image_format', { formats: ['png'] }, broken, 0],
    ['image_format', { formats: ['png'] }, sound, 0],
    ['image_format', { formats: ['png'] }, none, 0],
    ['image_format', {}, pictures, 'invalid', 0],
    ['image_dimensions', { width: 640, height: 480 }, photo, 1],
    ['image_dimensions', { width: 641 }, photo, 0],
    ['image_dimensions', { min_width: 5 }, pictures, 0.5],
    ['image_dimensions', { max_width: 10, max_height: 20 }, pictures, 1],
    ['image_dimensions', { min_height: 481 }, photo, 0],
    ['image_dimensions', { width: 640 }, remote, 0],
    ['image_dimensions', { width: 640 }, broken, 0],
    ['audio_format', { formats: ['wav'] }, sound, 1],
    ['audio_format', { formats: ['audio/x-wav'] }, sound, 1],
    ['audio_format', { formats: ['mp3'] }, sound, 0],
    [
      'audio_format',
      { formats: ['mp3'] },
      holding(part('audio', Buffer.from('raw'), 'audio/mpeg')),
      1,
    ],
    ['audio_duration', { min_seconds: 1.4, max_seconds: 1.6 }, sound, 1],
    ['audio_duration', { max_seconds: 1 }, sound, 0],
    ['audio_duration', { max_seconds: 1 }, none, 0],
    ['video_duration', { max_seconds: 1 }, none, 0],
    ['video_resolution', { presets: ['hd'] }, none, 0],
    ['video_resolution', { presets: ['999p'] }, none, 'invalid', 0],
  ])('%s %j', async (...given) => {
    expect(await outcomesOf(given)).toEqual(expectedOf(given));
  });

  it.each([
    ['video_resolution', { presets: ['720p'] }, 1],
    ['video_resolution', { presets: ['fhd', '4k'] }, 0],
    ['video_resolution', { min_width: 700, max_height: 1280 }, 1],
    ['video_resolution', { max_width: 700 }, 0],
    ['video_duration', { min_seconds: 2, max_seconds: 3 }, 1],
    ['video_duration', { max_seconds: 1 }, 0],
  ])('%s %j of upright video: %s', async (type, params, score) => {
    const video = holding(part('video', await webm(720, 1280, 3)));
    expect(inBrief(await run('strict', type, params, video))).toBe(score);
  });

  it('look at the last reply with media, and at the user only without any', async () => {
    const message = (
      role: ConversationMessage['role'],
      ...parts: MediaPart[]
    ): ConversationMessage => ({ role, content: '', turn: 0, parts });
    const small = part('image', png(4, 3));
    const large = part('image', png(40, 30));
    const score = async (...messages: ConversationMessage[]) =>
      (
        await run(
          'strict',
          'image_dimensions',
          { width: 40 },
          checkInput({ messages }),
        )
      ).score;
    expect(
      await score(message('assistant', small), message('assistant', large)),
    ).toBe(1);
    expect(
      await score(
        message('assistant', large),
        message('user', small),
        message('assistant'),
      ),
    ).toBe(1);
    expect(await score(message('user', large), message('assistant'))).toBe(1);
  });

  it('say what they found', async () => {
    expect(
      (await run('strict', 'image_dimensions', { width: 1 }, photo))
        .explanation,
    ).toBe('The image has 640 × 480 pixels');
    expect(
      (await run('strict', 'image_dimensions', { width: 1 }, broken))
        .explanation,
    ).toMatch(/cannot be read/);
    expect(
      (await run('strict', 'image_dimensions', { width: 1 }, remote))
        .explanation,
    ).toMatch(/only an address/);
  });
});
