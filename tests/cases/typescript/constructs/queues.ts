import { SqsQueue } from 'stacktape';

export const jobs = new SqsQueue({ fifoEnabled: true });
