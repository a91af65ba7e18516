import { SqsQueue, defineConfig } from 'stacktape';

export default defineConfig(() => ({
  resources: { jobs: new SqsQueue({ transforms: { sqsQueue: (properties) => properties } }) },
}));
