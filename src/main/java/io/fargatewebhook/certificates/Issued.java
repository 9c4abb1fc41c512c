package io.fargatewebhook.certificates;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A server certificate, ECDSA P-256, with the CA that was made for it alone.
 *
 * <p>The CA's key is gone when this is made: nobody can ever sign with it again, so there is no such key to steal.
 *
 * @param ca what clients must trust
 * @param certificate what the server shows
 * @param key the server's own
 */
public record Issued(X509Certificate ca, X509Certificate certificate, PrivateKey key) {
    private static final SecureRandom RANDOM = new SecureRandom();
    /** For clients whose clock is behind ours. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    /**
     * @param dnsNames whom the certificate is for, the first also its common name
     * @param ipAddresses the addresses it is for as well
     * @param validity of both certificates, from now on
     */
    public static Issued issue(List<String> dnsNames, List<String> ipAddresses, Duration validity) {
        try {
            KeyPair caKeys = newKeys();
            KeyPair keys = newKeys();
            Instant now = Instant.now();
            Date from = Date.from(now.minus(CLOCK_SKEW));
            Date to = Date.from(now.plus(validity));
            JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();

            BigInteger caSerial = newSerial();
            // The serial makes each CA's name its own: clients choose among several trusted CAs by name.
            X500Name caName = name("fargate-webhook CA " + caSerial.toString(16));
            X509Certificate ca = sign(
                    new JcaX509v3CertificateBuilder(caName, caSerial, from, to, caName, caKeys.getPublic())
                            .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                            .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign))
                            .addExtension(
                                    Extension.subjectKeyIdentifier,
                                    false,
                                    identifiers.createSubjectKeyIdentifier(caKeys.getPublic())),
                    caKeys);
            X509Certificate certificate = sign(
                    new JcaX509v3CertificateBuilder(caName, newSerial(), from, to, name(dnsNames.get(0)), keys.getPublic())
                            .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                            .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                            .addExtension(
                                    Extension.extendedKeyUsage,
                                    false,
                                    new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
                            .addExtension(
                                    Extension.subjectAlternativeName, false, alternativeNames(dnsNames, ipAddresses))
                            .addExtension(
                                    Extension.authorityKeyIdentifier,
                                    false,
                                    identifiers.createAuthorityKeyIdentifier(caKeys.getPublic())),
                    caKeys);
            return new Issued(ca, certificate, keys.getPrivate());
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
            throw new IllegalStateException("This Java cannot make ECDSA P-256 certificates: " + e.getMessage(), e);
        }
    }

    private static KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
        return generator.generateKeyPair();
    }

    /** RFC 5280, 4.1.2.2: positive, at most 20 octets. */
    private static BigInteger newSerial() {
        return new BigInteger(127, RANDOM).setBit(126);
    }

    private static X500Name name(String commonName) {
        // RFC 5280 bounds a common name to 64 characters; who is asked for stands in the alternative names.
        String bounded = commonName.substring(0, Math.min(commonName.length(), 64));
        return new X500NameBuilder().addRDN(BCStyle.CN, bounded).build();
    }

    private static GeneralNames alternativeNames(List<String> dnsNames, List<String> ipAddresses) {
        return new GeneralNames(Stream.concat(
                        dnsNames.stream().map(name -> new GeneralName(GeneralName.dNSName, name)),
                        ipAddresses.stream().map(address -> new GeneralName(GeneralName.iPAddress, address)))
                .toArray(GeneralName[]::new));
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, KeyPair caKeys)
            throws OperatorCreationException, GeneralSecurityException {
        return new JcaX509CertificateConverter()
                .getCertificate(
                        builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(caKeys.getPrivate())));
    }
}
