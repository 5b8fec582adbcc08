// One call over bare HTTP/2, because grpc-js does not tell whether a message arrived compressed.
import fs from 'node:fs';
import http2 from 'node:http2';

// Returns the compressed flag of each message in the answer, and grpc-encoding.
export function flagsOf({ address, tlsCa, headers }, method, request) {
  const origin = `${tlsCa ? 'https' : 'http'}://${address}`;
  const connection = http2.connect(origin, tlsCa ? { ca: fs.readFileSync(tlsCa) } : {});
  const message = method.requestSerialize(request);
  const frame = Buffer.alloc(5 + message.length);
  frame.writeUInt32BE(message.length, 1);
  message.copy(frame, 5);
  return new Promise((resolve, reject) => {
    connection.on('error', reject);
    const stream = connection.request({
      ':method': 'POST', ':path': method.path, 'content-type': 'application/grpc', te: 'trailers',
      'grpc-accept-encoding': 'identity,gzip', 'grpc-timeout': '20S', ...Object.fromEntries(headers),
    });
    const chunks = [];
    let encoding;
    stream.on('response', answered => { encoding = answered['grpc-encoding']; });
    stream.on('data', chunk => chunks.push(chunk));
    stream.on('error', reject);
    stream.on('end', () => {
      connection.close();
      const bytes = Buffer.concat(chunks);
      const flags = [];
      for (let at = 0; at < bytes.length; at += 5 + bytes.readUInt32BE(at + 1)) flags.push(bytes[at]);
      resolve({ flags, encoding });
    });
    stream.end(frame);
  });
}
