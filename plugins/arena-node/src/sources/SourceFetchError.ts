/**
 * Why a fetch failed, as the reason of the condition `Ready`.
 *
 * - `AddressNotAllowed`: the host is on an internal network, and the administrator does not allow it.
 * - `AuthenticationFailed`: the server refuses the credential, or wants one.
 * - `SecretNotFound`: the Secret, or the key in it, does not exist or is not of the expected form.
 * - `SecretNotAllowed`: the Secret does not say that it may be sent to the servers of sources.
 * - `HostKeyUnknown`: the SSH server's key is not in `known_hosts`.
 * - `CertificateNotTrusted`: the TLS certificate is not accepted.
 * - `Unreachable`: no connection.
 * - `Interrupted`: the connection broke, or what came was not whole.
 * - `Timeout`: it took longer than `spec.timeout`.
 * - `RepositoryNotFound`, `RefNotFound`, `PathNotFound`: the repository, the branch, tag or commit, the folder does not exist.
 * - `DigestMismatch`: what came is not what was announced.
 * - `UnsupportedArtifact`: an OCI artifact that is no bundle.
 * - `TooLarge`: more than a bundle may have.
 * - `UnsafePath`, `UnsafeLink`: a file or a link that would leave the bundle.
 * - `LfsPointer`, `Submodule`: content that is not in the repository itself.
 * - `Empty`: there are no files.
 * - `ToolMissing`: the backend lacks a program.
 *
 * @public
 */
export type SourceFetchReason =
  | 'AddressNotAllowed'
  | 'AuthenticationFailed'
  | 'SecretNotFound'
  | 'SecretNotAllowed'
  | 'HostKeyUnknown'
  | 'CertificateNotTrusted'
  | 'Unreachable'
  | 'Interrupted'
  | 'Timeout'
  | 'RepositoryNotFound'
  | 'RefNotFound'
  | 'PathNotFound'
  | 'DigestMismatch'
  | 'UnsupportedArtifact'
  | 'TooLarge'
  | 'UnsafePath'
  | 'UnsafeLink'
  | 'LfsPointer'
  | 'Submodule'
  | 'Empty'
  | 'ToolMissing';

/**
 * A fetch failed for a reason that users can act on. The message may be shown as it is.
 *
 * @public
 */
export class SourceFetchError extends Error {
  readonly name = 'SourceFetchError';
  readonly reason: SourceFetchReason;

  constructor(
    reason: SourceFetchReason,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.reason = reason;
  }
}
