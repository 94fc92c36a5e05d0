/** Where a cluster keeps ConfigMaps. */
export interface ConfigMapReader {
  /**
   * The keys of a ConfigMap with their values, or undefined when there is none of that name.
   *
   * @throws SourceFetchError when it may not be read
   */
  read(
    key: { namespace: string; name: string },
    options: { signal: AbortSignal },
  ): Promise<Record<string, string | Buffer> | undefined>;
  /** Told to users when there is none: where it would have to be. */
  whereIs(key: { namespace: string; name: string }): string;
}
