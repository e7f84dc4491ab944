// Owns the certificates of one benchmark run: made at its start, thrown away with it.

package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// issuer signs certificates; made for one run and thrown away with it.
type issuer struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	serial      int64
}

func template(name string, serial int64) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
}

func newIssuer() (*issuer, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	own := template("bench-ca", 1)
	own.IsCA, own.BasicConstraintsValid, own.KeyUsage = true, true, x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, own, own, &key.PublicKey, key)
	if err != nil {
		return nil, nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	return &issuer{certificate, key, 1}, der, err
}

// issue returns certificate and key as PEM.
func (i *issuer) issue(name string, usage x509.ExtKeyUsage) (certificate, key []byte, err error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	i.serial++
	leaf := template(name, i.serial)
	leaf.KeyUsage, leaf.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{usage}
	leaf.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}
	der, err := x509.CreateCertificate(rand.Reader, leaf, i.certificate, &private.PublicKey, i.key)
	if err != nil {
		return nil, nil, err
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	return asPem("CERTIFICATE", der), asPem("PRIVATE KEY", pkcs8), err
}

func asPem(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// makeIdentities writes ca.crt, client.crt and client.key for the load generators and returns the server's side.
func makeIdentities(directory string) (*tls.Config, error) {
	ca, der, err := newIssuer()
	if err != nil {
		return nil, err
	}
	clientCertificate, clientKey, err := ca.issue("client", x509.ExtKeyUsageClientAuth)
	if err != nil {
		return nil, err
	}
	serverCertificate, serverKey, err := ca.issue("server", x509.ExtKeyUsageServerAuth)
	if err != nil {
		return nil, err
	}
	for name, content := range map[string][]byte{
		"ca.crt": asPem("CERTIFICATE", der), "client.crt": clientCertificate, "client.key": clientKey,
	} {
		if err := os.WriteFile(filepath.Join(directory, name), content, 0o600); err != nil {
			return nil, err
		}
	}
	pair, err := tls.X509KeyPair(serverCertificate, serverKey)
	if err != nil {
		return nil, err
	}
	trusted := x509.NewCertPool()
	trusted.AddCert(ca.certificate)
	return &tls.Config{
		Certificates: []tls.Certificate{pair}, ClientCAs: trusted, ClientAuth: tls.RequireAndVerifyClientCert,
		NextProtos: []string{"h2", "http/1.1"},
	}, nil
}
