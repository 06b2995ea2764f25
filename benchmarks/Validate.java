import java.io.File;
import java.lang.management.ManagementFactory;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import javax.xml.validation.Validator;

/** Validates a file against a schema as a stream, REPEAT times; prints each pass's CPU seconds of this thread. */
public class Validate {
    public static void main(String[] arguments) throws Exception {
        SchemaFactory factory = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI);
        Schema schema = factory.newSchema(new File(arguments[0]));
        int repeat = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1;
        for (int pass = 0; pass < repeat; pass++) {
            long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            Validator validator = schema.newValidator();
            validator.validate(new StreamSource(new File(arguments[1])));
            long after = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            System.out.println((after - before) / 1e9);
        }
    }
}
