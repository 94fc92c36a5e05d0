/**
 * Keeps a server until Ctrl-C, or until whoever started this process is gone.
 */
export function serveUntilAsked(stop: () => Promise<void>): void {
  let stopping = false;
  const leave = () => {
    if (stopping) return;
    stopping = true;
    stop().then(
      () => process.exit(0),
      error => {
        process.stderr.write(`${error}\n`);
        process.exit(1);
      },
    );
  };
  process.once('SIGINT', leave);
  process.once('SIGTERM', leave);
  // A parent that dies closes our standard input; the server must not outlive it.
  if (!process.stdin.isTTY) {
    process.stdin.resume();
    process.stdin.once('end', leave);
  }
}
