// What is packaged before a deploy, and which folders are uploaded after it.
import { goToPlace } from '../controller.ts';
import * as preview from '../state/preview.ts';

export function PackagePane() {
  const details = preview.detail.value?.details;
  if (!details) return null;
  const { artifacts, uploads } = details;
  return (
    <>
      <p class="lead">
        {artifacts.length === 0 ? 'Nothing is packaged for this stack.' : 'Made from your sources on a deploy. Archives are reproducible: what has not changed is not uploaded again.'}
      </p>
      {artifacts.length > 0 && (
        <table class="table">
          <thead>
            <tr>
              <th scope="col">For</th>
              <th scope="col">From</th>
              <th scope="col">Becomes</th>
            </tr>
          </thead>
          <tbody>
            {artifacts.map((artifact) => (
              <tr key={artifact.id}>
                <td>
                  <button type="button" class="link mono" disabled={!artifact.place} onClick={() => artifact.place && goToPlace(artifact.place, true)}>
                    {artifact.id}
                  </button>
                </td>
                <td>
                  <span class="mono">{artifact.source}</span>
                  <span class="sub">{artifact.method}</span>
                </td>
                <td>
                  {artifact.kind === 'archive' ? 'Lambda archive' : 'Container image'}
                  <span class="sub">{[artifact.runtime, artifact.architecture].filter(Boolean).join(' · ')}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {uploads.length > 0 && (
        <>
          <h2 class="heading">Folders uploaded after the deploy</h2>
          <table class="table">
            <thead>
              <tr>
                <th scope="col">Bucket of</th>
                <th scope="col">Folder</th>
                <th scope="col">Bucket name</th>
              </tr>
            </thead>
            <tbody>
              {uploads.map((upload) => (
                <tr key={upload.bucket}>
                  <td>
                    <button type="button" class="link mono" disabled={!upload.place} onClick={() => upload.place && goToPlace(upload.place, true)}>
                      {upload.resource}
                    </button>
                  </td>
                  <td class="mono">{upload.folder}</td>
                  <td class="mono">{upload.bucket}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </>
  );
}
