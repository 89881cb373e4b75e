export type { Accepted, BoardPorts, ServicePorts } from './board-ports.ts';
export { type Board, createBoard } from './create-board.ts';
export { serveBoard, type ServedBoard } from './serve-board.ts';
export { writeBoard } from './write-board.ts';
