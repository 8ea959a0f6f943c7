# Two stages: the first installs the exact versions, the second carries only what runs.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
RUN python -m venv /opt/factcontext
ENV PATH=/opt/factcontext/bin:$PATH PIP_NO_CACHE_DIR=1
COPY scripts/install_torch.py scripts/install_torch.py
COPY requirements.lock .
RUN python scripts/install_torch.py \
 && pip install -q --no-deps --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY index index
COPY embeddings embeddings
RUN pip install -q --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
# Text in pictures is read by tesseract, in the languages of the interface: about 45 MB.
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 tesseract-ocr \
    tesseract-ocr-ara tesseract-ocr-deu tesseract-ocr-fas tesseract-ocr-fra tesseract-ocr-hin \
    tesseract-ocr-ind tesseract-ocr-por tesseract-ocr-rus tesseract-ocr-spa tesseract-ocr-tur \
    tesseract-ocr-ukr \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 10001 factcontext \
 && install -d -o factcontext /data
COPY --from=build /opt/factcontext /opt/factcontext
COPY --chown=factcontext seeds /seeds
ENV PATH=/opt/factcontext/bin:$PATH \
    FACTCONTEXT_DATA_DIR=/data \
    FACTCONTEXT_HTTP_PORT=8080 \
    HF_HUB_OFFLINE=1 \
    PYTHONUNBUFFERED=1
USER factcontext
# `model use` writes factcontext.toml into this folder, and every command reads it there.
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
# Asks the running bot itself, inside the container; FACTCONTEXT_HTTP_HOST=0.0.0.0 opens the port.
HEALTHCHECK --interval=60s --timeout=20s --start-period=60s CMD ["python", "-c", "import os, urllib.request as web; web.urlopen('http://127.0.0.1:' + os.environ['FACTCONTEXT_HTTP_PORT'] + '/healthz', timeout=10)"]
ENTRYPOINT ["factcontext"]
CMD ["serve"]
