import { MinHashSignature } from '@backstage-arena/plugin-arena-common/datagen';

/** A signature as the database holds it: numbers of four bytes, the lowest first, on every machine. */
export function signatureBuffer(signature: MinHashSignature): Buffer {
  const buffer = Buffer.alloc(signature.length * 4);
  signature.forEach((hash, index) => buffer.writeUInt32LE(hash, index * 4));
  return buffer;
}

/** Reverse of {@link signatureBuffer}. */
export function signatureOf(buffer: Buffer): MinHashSignature {
  return Uint32Array.from({ length: buffer.length / 4 }, (_, index) =>
    buffer.readUInt32LE(index * 4),
  );
}
