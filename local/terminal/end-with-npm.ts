/**
 * For a command that runs until it is told to end: npm passes signals on, but for the one that it cannot hear. Whoever ends npm for good
 * wants this process ended too.
 */
export function endWithNpm(): void {
  const npm = process.ppid;
  const look = () => process.ppid === npm || process.kill(process.pid, 'SIGTERM');
  if (process.env.npm_lifecycle_event) setInterval(look, 1000).unref();
}
