package dev.tidings.it;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/** Another application on the server: a page that asks a bean, for signed-in users. */
public final class Neighbour extends HttpServlet {
    private static final long serialVersionUID = 1;

    @Override
    @SuppressWarnings("BanJNDI") // a constant
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            var greeter = (NeighbourBean) new InitialContext().lookup("java:module/Greeter");
            response.getWriter().print(greeter.greet(request.getRemoteUser()));
        } catch (NamingException e) {
            throw new IOException(e);
        }
    }
}
