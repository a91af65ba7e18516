import { $Secret, Bucket, defineConfig, LambdaFunction, StacktapeLambdaBuildpackPackaging } from 'stacktape';
import { jobs } from './queues';

export default defineConfig(({ stage }) => {
  const files = new Bucket({ versioning: true });
  const worker = new LambdaFunction({
    packaging: new StacktapeLambdaBuildpackPackaging({ entryfilePath: './src/worker.ts' }),
    memory: stage === 'prod' ? 1024 : 512,
    environment: { FILES: files.arn, KEY: $Secret('payment.key') },
    connectTo: [jobs, files],
    overrides: { lambdaLogGroup: { RetentionInDays: 7 } },
    transforms: { lambda: (properties) => ({ ...properties, Timeout: 25 }) }
  });
  return {
    resources: { files, jobs, worker },
    finalTransform: (template) => ({ ...template, Metadata: { Team: 'shop' } })
  };
});
