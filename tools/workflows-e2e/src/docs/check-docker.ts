/** Options by command, as `docker <command> --help` lists them. */
export type DockerFlags = Readonly<Record<string, string>>;

const TAKES_COMMAND = ['docker run', 'docker exec', 'docker compose exec', 'docker compose run'];

/** What is wrong with the words after `docker`: a command or an option that it does not have. */
export function checkDocker(words: readonly string[], flags: DockerFlags): string | undefined {
  // Options of docker itself and of compose come before the command.
  const plain: string[] = [];
  let command = 'docker';
  let known = flagsOf(command, flags);
  let named = false;
  for (const [index, word] of words.entries()) {
    if (word.startsWith('-')) {
      const flag = word.split('=')[0] ?? '';
      if (!known.includes(flag) && flag !== '--help' && !isCluster(flag, known))
        return `${command} has no ${flag}`;
      continue;
    }
    const longer = `${command} ${word}`;
    if (!named && (longer in flags || Object.keys(flags).some((one) => one.startsWith(`${longer} `)))) {
      command = longer;
      known = flagsOf(command, flags);
      named = command in flags && command !== 'docker compose';
      continue;
    }
    plain.push(word);
    const isValue = words[index - 1]?.startsWith('-') === true;
    if (command === 'docker' && !isValue) return `docker has no command "${word}"`;
    if (TAKES_COMMAND.includes(command) && !isValue) return undefined;
  }
  return undefined;
}

function flagsOf(command: string, flags: DockerFlags): string[] {
  return (flags[command] ?? '').split(' ');
}

/** `-it` is `-i -t`. */
function isCluster(flag: string, known: readonly string[]): boolean {
  return /^-\w{2,}$/.test(flag) && [...flag.slice(1)].every((letter) => known.includes(`-${letter}`));
}
