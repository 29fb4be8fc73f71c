package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// peerKey is the key that the peers take, as long as one of ours.
const peerKey = "ent_test_abcdefgh_0123456789012345678901234567890123456789012_abcdef"

// The peers' configurations do the same: look the bearer key up, limit its rate, replace it by the
// upstream's own, and keep connections to the upstream. None writes a log.

func nginxConf(b *bench, p *peer) string {
	return expand(`daemon off; worker_processes 1; pid DIR/nginx.pid; error_log stderr crit;
events { worker_connections 18000; }
http {
  access_log off; keepalive_requests 100000000; keepalive_timeout 300; client_max_body_size 4m;
  client_body_temp_path DIR/nb; proxy_temp_path DIR/np; fastcgi_temp_path DIR/nf; uwsgi_temp_path DIR/nu; scgi_temp_path DIR/ns;
  map_hash_bucket_size 256;
  map $http_authorization $caller { default ""; "Bearer KEY" caller1; }
  limit_req_zone $caller zone=callers:10m rate=1000000r/s;
  upstream up { server UPSTREAM; keepalive 512; keepalive_requests 100000000; }
  server {
    listen ADDR; listen SECURE ssl;
    ssl_certificate DIR/cert.pem; ssl_certificate_key DIR/key.pem; ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache shared:tls:1m;
    location / {
      if ($caller = "") { return 401; }
      limit_req zone=callers burst=100000 nodelay;
      proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Authorization "Bearer sk-upstream";
      proxy_buffers 8 16k; proxy_read_timeout 300;
    }
  }
}
`, b, p)
}

func haproxyConf(b *bench, p *peer) string {
	return expand(`global
  nbthread 1
  maxconn 4000
  tune.maxrewrite 4096
defaults
  mode http
  timeout connect 5s
  timeout client 300s
  timeout server 300s
  option http-keep-alive
  option http-no-delay
  http-reuse always
frontend in
  bind ADDR
  bind SECURE ssl crt DIR/both.pem ssl-min-ver TLSv1.2
  stick-table type string len 128 size 100k expire 10s store http_req_rate(1s)
  acl known req.hdr(authorization) -m str "Bearer KEY"
  http-request deny deny_status 401 unless known
  http-request track-sc0 req.hdr(authorization)
  http-request deny deny_status 429 if { sc_http_req_rate(0) gt 1000000 }
  http-request set-header authorization "Bearer sk-upstream"
  default_backend up
backend up
  server one UPSTREAM
`, b, p)
}

func caddyConf(b *bench, p *peer) string {
	return expand(`{
  admin off
  auto_https off
  storage file_system DIR/caddy
  log {
    level ERROR
  }
}
http://:PORT {
  bind 127.0.0.1
  @stranger not header Authorization "Bearer KEY"
  respond @stranger 401
  reverse_proxy UPSTREAM {
    header_up Authorization "Bearer sk-upstream"
    flush_interval -1
  }
}
`, b, p)
}

func expand(text string, b *bench, p *peer) string {
	_, port, _ := net.SplitHostPort(p.addr)
	return strings.NewReplacer("DIR", b.dir, "PORT", port, "ADDR", p.addr, "SECURE", p.secure, "UPSTREAM", b.mock.addr, "KEY", p.key).Replace(text)
}

// writeCertificate makes the certificate that every TLS listener shows.
func writeCertificate(dir string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "gateway.example"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(24 * time.Hour), DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, leaf, leaf, key.Public(), key)
	if err != nil {
		return err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	private := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})
	for name, content := range map[string][]byte{"cert.pem": cert, "key.pem": private, "both.pem": append(append([]byte{}, cert...), private...)} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			return fmt.Errorf("writing the certificate: %w", err)
		}
	}
	return nil
}
