import type { ServerCommand, ServerMessage } from './load-profile.ts';
import { LoadServer } from './load-server.ts';

const tell = (message: ServerMessage) => process.send?.(message);
const server = new LoadServer((event) => tell({ event }));

process.on('message', (command: ServerCommand) => {
  if ('load' in command) {
    server.load(command.load);
    tell({ loaded: true });
  } else {
    tell({ statistics: server.statistics });
  }
});
process.on('disconnect', () => process.exit());

tell({ listening: await server.listen() });
