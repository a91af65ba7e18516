import { SqsQueue } from 'stacktape';

const properties = { fifoEnabled: 'yes' };
export const jobs = new SqsQueue(properties);
