import { createServer } from 'node:http';

const server = createServer((request, response) => {
  response.setHeader('content-type', 'text/plain');
  response.end(`${process.env.GREETING} from ${request.url}\n`);
});

server.listen(Number(process.env.PORT ?? 3000));
process.on('SIGTERM', () => server.close());
