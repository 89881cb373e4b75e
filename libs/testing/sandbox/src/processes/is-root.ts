/** Whether this process may install packages and start daemons; never on Windows, and also for users without a name. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}
