export type { Accepted, BoardPorts, ServicePorts } from './board-ports.ts';
export { type ServedBoard, serveBoard } from './serve-board.ts';
export { writeBoard } from './write-board.ts';
