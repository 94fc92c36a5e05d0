import { crc32, deflateSync } from 'node:zlib';
import {
  BufferTarget,
  EncodedPacket,
  EncodedVideoPacketSource,
  Output,
  WebMOutputFormat,
} from 'mediabunny';

/** A PNG of one colour. */
export function png(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const rows = Buffer.alloc((width + 1) * height);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(rows)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** A GIF without any picture. */
export function gif(width: number, height: number): Buffer {
  const file = Buffer.alloc(14);
  file.write('GIF89a', 'latin1');
  file.writeUInt16LE(width, 6);
  file.writeUInt16LE(height, 8);
  file[13] = 0x3b;
  return file;
}

/** The header of a JPEG. */
export function jpeg(width: number, height: number): Buffer {
  const frame = Buffer.alloc(21);
  frame.writeUInt16BE(0xffc0, 0);
  frame.writeUInt16BE(19, 2);
  frame[4] = 8;
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  frame[9] = 3;
  const jfif = Buffer.alloc(18);
  jfif.writeUInt16BE(0xffe0, 0);
  jfif.writeUInt16BE(16, 2);
  jfif.write('JFIF\0', 4, 'latin1');
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    jfif,
    frame,
    Buffer.from([0xff, 0xd9]),
  ]);
}

/** Silence, 8 bits, mono. */
export function wav(seconds: number, rate = 8_000): Buffer {
  const samples = Math.round(seconds * rate);
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + samples, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(samples, 40);
  return Buffer.concat([header, Buffer.alloc(samples, 0x80)]);
}

/** A WebM whose frames are of the right size and hold nothing that could be shown. */
export async function webm(
  width: number,
  height: number,
  seconds: number,
): Promise<Buffer> {
  const target = new BufferTarget();
  const output = new Output({ format: new WebMOutputFormat(), target });
  const track = new EncodedVideoPacketSource('vp8');
  output.addVideoTrack(track);
  await output.start();
  for (let at = 0; at < seconds; at++) {
    await track.add(
      new EncodedPacket(new Uint8Array(16), 'key', at, 1),
      at === 0
        ? {
            decoderConfig: {
              codec: 'vp8',
              codedWidth: width,
              codedHeight: height,
            },
          }
        : undefined,
    );
  }
  await output.finalize();
  return Buffer.from(target.buffer ?? new ArrayBuffer(0));
}
