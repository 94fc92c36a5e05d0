declare module 'pako' {
  /** Inflates a stream of the zlib format. */
  class Inflate {
    constructor(options?: { chunkSize?: number });
    /** Called for each piece of the output. */
    onData: (chunk: Uint8Array) => void;
    /** More may follow unless it is the last part. */
    push(data: Uint8Array, isLast: boolean): boolean;
    /** The stream has come to its end, or is not valid. */
    readonly ended: boolean;
    /** 0: no error. */
    readonly err: number;
  }
  const pako: { Inflate: typeof Inflate };
  export default pako;
}
