const patterns: readonly [RegExp, string][] = [
  // user:password@ in an address
  [/\/\/[^/\s:@]+:[^/\s@]+@/g, '//[secret]@'],
  // NAME=value, "name": "value" and --name value where the name says it is a secret
  [
    /((?:password|passwd|secret|token|api[-_]?key|private[-_]?key|credential|database_url)[\w-]*["']?\s*[=:]\s*)(?:"[^"]*"|'[^']*'|[^\s,;]+)/gi,
    '$1[secret]',
  ],
  [/(authorization:\s*\w+\s+)\S+/gi, '$1[secret]'],
  [/(\blogin\b[^\n]*\s(?:-p|--password)(?:\s+|=))\S+/g, '$1[secret]'],
  [/\/api\/deploy\/(compose\/)?[^\s"'/]+/g, '/api/deploy/$1[secret]'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, '[secret]'],
  [/\b(?:dckr_pat_|ghp_|github_pat_|glpat-|npm_|sk_live_|eyJ[\w-]+\.eyJ)[\w.-]+/g, '[secret]'],
];

/** Text without the secrets known by value, nor what looks like one: Dokploy's answers are full of them. */
export function redact(text: string, known: readonly string[]): string {
  let clean = text;
  // Longest first, so that a secret inside another does not leave the rest of it. Short values would eat ordinary words.
  for (const value of [...known].filter((one) => one.length >= 6).sort((a, b) => b.length - a.length)) {
    clean = clean.replaceAll(value, '[secret]');
  }
  for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement);
  return clean;
}
