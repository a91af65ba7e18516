import { Bucket, defineConfig, SqsQueue } from 'stacktape';

export default defineConfig(() => ({
  resources: {
    files: new Bucket({
      transforms: {
        bucket: (properties) => properties.Tags.map((tag) => tag.missing.value),
        bucketPolicyy: (properties) => properties
      }
    }),
    jobs: new SqsQueue({ transforms: { sqsQueue: () => 'nothing' } })
  }
}));
