/** Everything not named is none; a called job gets at most what its caller's job has. */
export function permissionsOf(
  asked: unknown,
  limit: Readonly<Record<string, string>> | null,
): Readonly<Record<string, string>> {
  const wanted = typeof asked === 'object' && asked !== null ? (asked as Record<string, string>) : {};
  for (const [name, level] of Object.entries(wanted)) {
    if (limit === null || limit[name] === level || limit[name] === 'write') continue;
    throw new Error(`the called workflow asks for ${name}: ${level}, which its caller does not grant`);
  }
  return wanted;
}
