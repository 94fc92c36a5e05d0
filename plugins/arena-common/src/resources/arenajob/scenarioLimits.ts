/** Most characters of a pattern of `spec.scenarios`. @internal */
export const MAX_PATTERN_LENGTH = 512;

/** Most patterns under `include`, and under `exclude`. @internal */
export const MAX_PATTERNS = 256;
