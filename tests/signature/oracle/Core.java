import java.io.File;
import java.io.FileInputStream;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import javax.xml.crypto.Data;
import javax.xml.crypto.NodeSetData;
import javax.xml.crypto.URIDereferencer;
import javax.xml.crypto.dsig.XMLSignature;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** Core validation by the JDK of the files named, with the key of one certificate: one word a line. */
public class Core {
    public static void main(String[] arguments) throws Exception {
        PublicKey key;
        try (FileInputStream in = new FileInputStream(arguments[0])) {
            key = CertificateFactory.getInstance("X.509").generateCertificate(in).getPublicKey();
        }
        for (int at = 1; at + 1 < arguments.length; at += 2) {
            String word;
            try {
                word = validate(new File(arguments[at + 1]), key, arguments[at].equals("header")) ? "good" : "bad";
            } catch (Exception error) {
                word = "bad";
            }
            System.out.println(word);
        }
    }

    static boolean validate(File file, PublicKey key, boolean header) throws Exception {
        DocumentBuilderFactory builders = DocumentBuilderFactory.newInstance();
        builders.setNamespaceAware(true);
        DocumentBuilder builder = builders.newDocumentBuilder();
        builder.setErrorHandler(null);
        Document document = builder.parse(file);
        NodeList found = document.getElementsByTagNameNS(XMLSignature.XMLNS, "Signature");
        if (found.getLength() != 1) {
            return false;
        }
        DOMValidateContext context = new DOMValidateContext(key, found.item(0));
        for (String name : new String[] {"KeyInfo", "SignedProperties"}) {
            NodeList named = document.getElementsByTagNameNS("*", name);
            for (int at = 0; at < named.getLength(); at++) {
                Element element = (Element) named.item(at);
                if (element.hasAttribute("Id")) {
                    context.setIdAttributeNS(element, null, "Id");
                }
            }
        }
        XMLSignatureFactory factory = XMLSignatureFactory.getInstance("DOM");
        URIDereferencer usual = factory.getURIDereferencer();
        context.setURIDereferencer((reference, with) -> {
            if (reference.getURI() == null) {
                return subtree(only(document, "Document"));
            }
            if (header && reference.getURI().isEmpty()) {
                return subtree(only(document, "AppHdr"));
            }
            return usual.dereference(reference, with);
        });
        return factory.unmarshalXMLSignature(context).validate(context);
    }

    static Element only(Document document, String name) {
        return (Element) document.getElementsByTagNameNS("*", name).item(0);
    }

    /** All nodes of an element, attributes and namespaces too. */
    static Data subtree(Element root) {
        java.util.List<Node> nodes = new java.util.ArrayList<>();
        collect(root, nodes);
        for (Node above = root.getParentNode(); above instanceof Element; above = above.getParentNode()) {
            for (int at = 0; at < above.getAttributes().getLength(); at++) {
                Node one = above.getAttributes().item(at);
                String name = one.getNodeName();
                boolean declares = name.equals("xmlns") || name.startsWith("xmlns:");
                if (declares && !root.hasAttribute(name)) {
                    root.setAttributeNS("http://www.w3.org/2000/xmlns/", name, one.getNodeValue());
                    nodes.add(root.getAttributeNode(name));
                }
            }
        }
        return (NodeSetData) () -> (java.util.Iterator) nodes.iterator();
    }

    static void collect(Node node, java.util.List<Node> nodes) {
        nodes.add(node);
        if (node instanceof Element) {
            for (int at = 0; at < node.getAttributes().getLength(); at++) {
                nodes.add(node.getAttributes().item(at));
            }
        }
        for (Node child = node.getFirstChild(); child != null; child = child.getNextSibling()) {
            collect(child, nodes);
        }
    }
}
