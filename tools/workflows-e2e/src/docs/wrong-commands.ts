import type { Finding, SourceFile } from '../lint/finding.ts';
import { checkCommand } from './check-command.ts';
import type { Known } from './check-command.ts';
import { commandsIn } from './commands.ts';

/** Commands of the documentation that cannot be run as they stand there. */
export function wrongCommands(files: readonly SourceFile[], known: Known): Finding[] {
  return files.flatMap(({ path, content }) =>
    commandsIn(content).flatMap(({ argv, line }) => {
      const says = checkCommand(argv, known);
      return says === undefined
        ? []
        : [{ rule: 'wrong-command', file: path, line, says: `${argv.join(' ')}: ${says}` }];
    }),
  );
}
