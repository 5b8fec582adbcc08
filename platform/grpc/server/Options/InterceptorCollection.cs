using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server;

/// <summary>Interceptors in the order in which calls pass them.</summary>
public sealed class InterceptorCollection : Collection<InterceptorRegistration>
{
    /// <summary>From the container if it is registered there, else made for each call with these arguments and services.</summary>
    public void Add<TInterceptor>(params object[] args) where TInterceptor : Interceptor => Add(typeof(TInterceptor), args);

    /// <summary>The same by type.</summary>
    public void Add(Type interceptorType, params object[] args)
    {
        ArgumentNullException.ThrowIfNull(interceptorType);
        ArgumentNullException.ThrowIfNull(args);
        if (!interceptorType.IsSubclassOf(typeof(Interceptor))) throw new ArgumentException($"{interceptorType} is no interceptor.", nameof(interceptorType));
        Add(new InterceptorRegistration(interceptorType, args));
    }
}

/// <summary>One interceptor's type and arguments.</summary>
public sealed class InterceptorRegistration
{
    private readonly object[] arguments;
    private readonly Lazy<ObjectFactory> factory;

    internal InterceptorRegistration(Type type, object[] arguments)
    {
        (Type, this.arguments) = (type, arguments);
        factory = new(() => ActivatorUtilities.CreateFactory(type, [.. arguments.Select(argument => argument.GetType())]));
    }

    /// <summary>Its type.</summary>
    public Type Type { get; }

    /// <summary>What it is made with besides services.</summary>
    public IReadOnlyList<object> Arguments => arguments;

    /// <summary>True when it was made for this call and has to be disposed of after it.</summary>
    [SuppressMessage("Design", "CA1021", Justification = "Two results, one of them seldom asked for.")]
    internal bool Create(IServiceProvider services, out Interceptor interceptor)
    {
        if (arguments.Length == 0 && services.GetService(Type) is Interceptor known)
        {
            interceptor = known;
            return false;
        }
        interceptor = (Interceptor)factory.Value(services, arguments);
        return true;
    }
}
