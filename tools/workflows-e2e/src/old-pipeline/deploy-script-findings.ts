/** What keeps a server from running what the registry has: building there, or starting without a pull. */
export function deployScriptFindings(script: string): string[] {
  const ups = script
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => /compose\b.*\bup\b|\$COMPOSE up\b/i.test(line) && !/^\s*#/.test(line));
  const pulls = /--pull[ =]always|(?:compose|\$COMPOSE)\s+(?:\S+\s+)*?pull\b/i.test(script);
  return [
    ...(ups.some((line) => /\s--build\b/.test(line)) ? ['builds-on-the-server'] : []),
    ...(ups.length > 0 && !pulls ? ['starts-what-is-there'] : []),
  ];
}
