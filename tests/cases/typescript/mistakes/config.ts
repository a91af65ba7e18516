import { Bucket, defineConfig, HttpApiIntegration, LambdaFunction, StacktapeLambdaBuildpackPackaging } from 'stacktape';
import { jobs } from './queues';

export default defineConfig(() => ({
  stackConfig: { outputs: [{ name: 'url', value: "$ResourceParam('files', 'ur')" }] },
  resources: {
    jobs,
    files: new Bucket({ versionning: true }),
    'my-api': new LambdaFunction({
      packaging: new StacktapeLambdaBuildpackPackaging({ entryfilePath: 7 }),
      memory: 64,
      events: [new HttpApiIntegration({ httpApiGatewayName: 'main', method: 'GET', pathh: '/' })],
      overrides: { lambdo: { Timeout: 3 } }
    })
  }
}));
