const CREDENTIAL = /(?:SECRET|PASSWORD|TOKEN|_KEY)\w*=\S|\w+:\/\/\w+:[^@\s$]+@/;

/** What can be seen to be wrong with an image before it is built; libs/image-gate looks into what is built. */
export function dockerfileFindings(dockerfile: string, hasIgnoreFile: boolean): string[] {
  const lines = dockerfile.replace(/\\\n/g, ' ').split('\n');
  return lines.flatMap((line) => {
    const [, instruction = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line.trim()) ?? [];
    const sets = instruction === 'ENV' || instruction === 'ARG';
    return [
      ...(sets && CREDENTIAL.test(rest) ? [`credential-in-image ${nameIn(rest)}`] : []),
      ...(sets && rest.startsWith('NEXT_PUBLIC_') ? [`baked-configuration ${nameIn(rest)}`] : []),
      ...(instruction === 'COPY' && /(?:^| )\. /.test(rest) && !hasIgnoreFile
        ? ['whole-directory-copied']
        : []),
    ];
  });
}

function nameIn(assignment: string): string {
  return assignment.split('=')[0] ?? '';
}
